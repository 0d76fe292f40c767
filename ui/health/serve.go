package health

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"blanche/model"
)

// Listen opens the place to answer at: an address of this machine and a port
// ("127.0.0.1:9180", "[::1]:0", "localhost:9180"). Every other one is refused.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil || !local(host) {
		return nil, model.Refused("health.not_loopback", "address", address)
	}
	if host == "localhost" {
		host = "127.0.0.1" // whatever the resolver thinks
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, model.Busy("health.cannot_listen", "address", address).Because(err)
	}
	return l, nil
}

// Serve answers until ctx ends, then lets what was asked be answered, for two
// seconds at most. It closes the listener. What clients do wrong goes to log.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    8 << 10, // net/http gives up to 8 KiB more, on a connection used again: 16 KiB in all
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := s.Shutdown(grace); err != nil {
			_ = s.Close()
		}
		ended <- nil
	})
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return err
	}
	return <-ended
}
