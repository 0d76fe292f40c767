package cli

import (
	"context"
	"net"
	"strings"
	"syscall"
)

// reservedNames end the domains that no name server knows (RFC 2606): those of
// demonstrations and tests.
var reservedNames = []string{".example", ".test", ".invalid", ".localhost"}

// lookupMX asks the name server for the mail exchangers of a domain.
func lookupMX(ctx context.Context, domain string) ([]string, error) {
	for _, end := range reservedNames {
		if strings.HasSuffix("."+domain, end) {
			return nil, nil
		}
	}
	found, err := net.DefaultResolver.LookupMX(ctx, domain)
	hosts := make([]string, len(found))
	for i, mx := range found {
		hosts[i] = mx.Host
	}
	return hosts, err
}

// roomOf is how many bytes the disk of a folder has left.
func roomOf(dir string) func() (uint64, error) {
	return func() (uint64, error) {
		var st syscall.Statfs_t
		if err := syscall.Statfs(dir, &st); err != nil {
			return 0, err
		}
		return st.Bavail * uint64(st.Bsize), nil
	}
}
