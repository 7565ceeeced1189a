package mail

import (
	"context"
	"fmt"

	"github.com/wneessen/go-mail"
)

// SMTP sends letters through a mail server.
type SMTP struct {
	client *mail.Client
	from   string
}

// Server says which mail server takes letters. Without a user it is used without signing in. TLS is required unless
// the server is on this machine.
type Server struct {
	Host, User, Password string
	Port                 int
	From                 string // sender's address
	Local                bool   // no TLS: only for a server on this machine
}

// NewSMTP returns a sender through the server. It connects at each letter.
func NewSMTP(s Server) (*SMTP, error) {
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTLSPolicy(mail.TLSMandatory)}
	if s.Local {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthPlain), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(s.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", s.Host, err)
	}
	return &SMTP{client, s.From}, nil
}

// Send hands the letter to the server. Errors do not contain the address.
func (s *SMTP) Send(ctx context.Context, l Letter) error {
	m := mail.NewMsg()
	if err := m.From(s.from); err != nil {
		return fmt.Errorf("mail from %s: %w", s.from, err)
	}
	if err := m.To(l.To); err != nil {
		return fmt.Errorf("mail: the recipient's address cannot be used")
	}
	m.Subject(l.Subject)
	m.SetDateWithValue(l.At)
	m.SetMessageID()
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	if err := s.client.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("mail %q: %w", l.Subject, err)
	}
	return nil
}
