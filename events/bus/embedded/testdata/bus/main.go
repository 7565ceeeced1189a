// Command bus does what lightshare run bus does and nothing else, so that the power-loss test has little to compile: it
// serves the bus on a folder of data, a folder of keys and a port until it is interrupted.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"lightshare/events/bus/embedded"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	port, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	s, err := embedded.Start(ctx, embedded.Options{Dir: os.Args[1], Keys: os.Args[2], Port: port})
	if err != nil {
		log.Fatal(err)
	}
	<-ctx.Done()
	s.Close()
}
