//go:build !unix

package bench

import "syscall"

func lowered(string) (*syscall.SysProcAttr, error) { return nil, nil }
