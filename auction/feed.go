package auction

import (
	"context"

	"github.com/nats-io/nats.go"

	"lightshare/events"
)

// feed publishes how lots stand, the newest of each, for the pages that show them now. What gets lost on the way is
// repaired from the book.
type feed struct {
	nc    *nats.Conn
	queue *queue[*Lot]
	fault fault
}

func (f *feed) publish(_ context.Context, lots []**Lot) {
	for _, lot := range lots {
		standing := (*lot).Standing()
		f.fault.report(f.nc.Publish(events.LotSubject(standing.Lot), standing.AppendJSON(make([]byte, 0, 512))))
	}
}
