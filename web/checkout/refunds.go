package checkout

import (
	"context"

	"lightshare/events"
)

// AskRefund asks the seller for money back, for the order's buyer. The same id asks once. It is refused with BadAmount for
// more than is left, with Unchanged while the seller has not answered, and with TooLate and NoMoreRefunds when there is
// nothing more to ask for.
func (d *Desk) AskRefund(ctx context.Context, id events.CommandID, order events.OrderID, c events.AskRefund) error {
	_, err := d.self.Do(ctx, string(order), "ask-refund:"+id, c, nil)
	return err
}
