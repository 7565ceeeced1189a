package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
)

// ErrNotSynced means that a server acknowledges before it has synced to disk: what was accepted could be lost with the
// power. Services refuse to start on such a bus.
var ErrNotSynced = errors.New("the server does not sync every write (set jetstream sync_interval: always)")

// CheckSync asks every server for its JetStream settings and returns [ErrNotSynced] for one that does not sync every
// write, naming it.
func CheckSync(ctx context.Context, system *nats.Conn) error {
	return gather(ctx, system, "$SYS.REQ.SERVER.PING.JSZ", nil, func(data []byte) error {
		var m struct {
			Server struct {
				Name string `json:"name"`
			} `json:"server"`
			Data struct {
				Disabled bool `json:"disabled"`
				Config   struct {
					SyncAlways bool `json:"sync_always"`
				} `json:"config"`
			} `json:"data"`
		}
		if err := json.Unmarshal(data, &m); err != nil {
			return err
		}
		if !m.Data.Disabled && !m.Data.Config.SyncAlways {
			return fmt.Errorf("server %s: %w", m.Server.Name, ErrNotSynced)
		}
		return nil
	})
}
