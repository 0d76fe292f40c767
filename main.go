// Command blanche is a control room for e-mail campaigns in a terminal.
package main

import (
	"os"

	"blanche/ui/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
