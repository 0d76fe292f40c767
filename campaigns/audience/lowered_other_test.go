//go:build !unix

package audience

import "syscall"

func lowered(string) (*syscall.SysProcAttr, error) { return nil, nil }
