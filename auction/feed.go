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
	queue *queue
	fault fault
}

func (f *feed) publish(_ context.Context, all []news) {
	var room []byte
	for i := range all {
		standing := all[i].lot.Standing()
		room = standing.AppendJSON(room[:0])
		f.fault.report(f.nc.Publish(events.LotSubject(standing.Lot), room))
	}
}
