package worker_test

import "testing"

func TestMain(m *testing.M) { verifyNoLeak(m) }
