package storefront

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/a-h/templ"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/storefront/live"
	"lightshare/web/view/words"
)

// bidsLive is the stream of the page of all lots that the visitor has bid on.
func (f *Front) bidsLive(w http.ResponseWriter, r *http.Request) error {
	user := f.viewer(r).User
	if user == "" {
		return fmt.Errorf("stream of bids: %w", errForbidden)
	}
	ids, err := f.book.LotsOf(r.Context(), user, mineLength)
	if err != nil {
		return err
	}
	var topics []string
	for _, id := range ids {
		topics = append(topics, catalogue.Topic(id))
	}
	watch := f.hub.Watch(topics...)
	defer watch.Close()
	s := &bidsStream{front: f, request: r, user: user, lots: ids, sent: make(set), parts: make(map[events.LotID]part)}
	return f.run(w, r, watch, s.next)
}

// A bidsStream is what one visitor's page of bids has been told.
type bidsStream struct {
	front   *Front
	request *http.Request
	user    events.UserID
	lots    []events.LotID
	sent    set
	parts   map[events.LotID]part
}

func (s *bidsStream) next() (string, live.Frame, error) {
	pieces, state := make(map[string]templ.Component), fnv.New64a()
	var frame live.Frame
	outbid := false
	for _, id := range s.lots {
		l, ok := s.front.market.Lot(id)
		if !ok {
			continue
		}
		pieces["b-"+string(id)] = bidPiece(s.front.mineOf(s.request.Context(), l, s.user))
		outbid = s.turned(l, &frame) || outbid
		fmt.Fprintf(state, "%s %d %d %t\n", id, l.Version, l.Standing.Version, l.Presence.Online)
	}
	html, err := drawAll(s.request, pieces)
	if err != nil {
		return "", live.Frame{}, err
	}
	prefix := ""
	if outbid {
		prefix = say(s.request.Context(), "Outbid!") + " "
	}
	frame.HTML, frame.Prefix = s.sent.news(html), &prefix
	if len(frame.HTML) == 0 {
		return "", frame, nil
	}
	return strconv.FormatUint(state.Sum64(), 36), frame, nil
}

// turned says at once how the visitor stands in a lot if that has changed, and reports whether he is outbid there.
func (s *bidsStream) turned(l *catalogue.Lot, frame *live.Frame) bool {
	was, known := s.parts[l.ID()]
	now := partOf(l, s.user, true)
	s.parts[l.ID()] = now
	if known && was != now && now != partNone {
		frame.Alert = youOf(words.Of(s.request.Context()), l, s.user, true).Heading + ": " + l.Title
	}
	return now == partOutbid
}

// noticesLive is the stream of the page of notices.
func (f *Front) noticesLive(w http.ResponseWriter, r *http.Request) error {
	user := f.viewer(r).User
	if user == "" {
		return fmt.Errorf("stream of notices: %w", errForbidden)
	}
	s := &noticeStream{front: f, request: r, sent: make(set)}
	var last uint64
	var err error
	if s.notices, last, err = f.noticesOf(r.Context(), user); err != nil {
		return err
	}
	consumer, err := f.js.OrderedConsumer(r.Context(), "NOTICES", jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{events.NoticeSubject(user)}, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: last + 1,
	})
	if err != nil {
		return fmt.Errorf("follow notices: %w", err)
	}
	topic := "notices:" + string(user)
	watch := f.hub.Watch(topic)
	defer watch.Close()
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		n, _, err := readNotice(m)
		if err != nil {
			f.Log.Warn("notice not shown", "error", err)
			return
		}
		s.add(n)
		f.hub.Touch(topic)
	})
	if err != nil {
		return fmt.Errorf("follow notices: %w", err)
	}
	defer consuming.Stop()
	return f.run(w, r, watch, s.next)
}

// A noticeStream is what one visitor's page of notices has been told.
type noticeStream struct {
	front   *Front
	request *http.Request
	sent    set
	said    int // notices that were there when the page was last told

	mu      sync.Mutex
	notices []events.Notice // guarded by mu; newest first, replaced and never changed
	came    int             // guarded by mu; since the stream began
}

func (s *noticeStream) add(n events.Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notices = slices.Insert(slices.Clone(s.notices[:min(len(s.notices), mineLength-1)]), 0, n)
	s.came++
}

func (s *noticeStream) next() (string, live.Frame, error) {
	s.mu.Lock()
	notices, came := s.notices, s.came
	s.mu.Unlock()
	html, err := drawAll(s.request, map[string]templ.Component{"notices": noticesPiece(notices)})
	if err != nil {
		return "", live.Frame{}, err
	}
	frame := live.Frame{HTML: s.sent.news(html)}
	if came > s.said {
		frame.Alert = words.Of(s.request.Context()).Heard(notices[0].Text)
	}
	s.said = came
	if len(frame.HTML) == 0 {
		return "", frame, nil
	}
	newest := int64(0)
	if len(notices) > 0 {
		newest = notices[0].At.UnixMilli()
	}
	return fmt.Sprintf("%d.%d", len(notices), newest), frame, nil
}
