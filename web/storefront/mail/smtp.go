package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"

	"github.com/wneessen/go-mail"
)

// SMTP sends letters through a mail server.
type SMTP struct {
	client *mail.Client
	from   string
}

// NewSMTP returns a sender through the server at an address of the form smtp://user:password@host:port, or smtps:// for
// one that speaks TLS from the start. Without a user it does not sign in. TLS is required, except on this machine. It
// connects at each letter.
func NewSMTP(server, from string) (*SMTP, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("mail server: want smtp://user:password@host:port")
	}
	var options []mail.Option
	switch {
	case u.Scheme == "smtps":
		options = append(options, mail.WithSSLPort(false))
	case isHere(u.Hostname()):
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPortPolicy(mail.TLSMandatory))
	}
	if text := u.Port(); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("mail server %s: port %s is no number", u.Hostname(), text)
		}
		options = append(options, mail.WithPort(port))
	}
	if password, ok := u.User.Password(); ok {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", u.Hostname(), err)
	}
	return &SMTP{client, from}, nil
}

// isHere reports whether a letter to that host does not leave this machine.
func isHere(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
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
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	if err := s.client.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("mail %q: %w", l.Subject, err)
	}
	return nil
}
