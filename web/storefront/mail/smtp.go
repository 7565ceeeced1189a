package mail

import (
	"context"
	"errors"
	"fmt"

	"github.com/wneessen/go-mail"
)

// SMTP sends letters through a mail server.
type SMTP struct {
	client *mail.Client
	from   string
}

// A Server is a mail server that takes letters.
type Server struct {
	Host           string
	Port           int
	User, Password string // without a user nobody signs in
	From           string // sender
	Local          bool   // on this machine: spoken to without TLS, which is required otherwise
}

// NewSMTP returns a sender through the server. It connects at each letter.
func NewSMTP(s Server) (*SMTP, error) {
	policy := mail.TLSMandatory
	if s.Local {
		policy = mail.NoTLS
	}
	options := []mail.Option{mail.WithTLSPolicy(policy), mail.WithPort(s.Port)}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
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
		return errors.New("mail: the recipient's address cannot be used")
	}
	m.Subject(l.Subject)
	m.SetDateWithValue(l.At)
	m.SetMessageID()
	if l.Language != "" {
		m.SetGenHeader(mail.HeaderContentLang, l.Language)
	}
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	if err := s.client.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("mail %q: %w", l.Subject, err)
	}
	return nil
}
