package mail

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// serve plays a mail server that takes one letter, and returns its port and what it was told.
func serve(t *testing.T) (port int, told <-chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	all := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var said strings.Builder
		lines, inside := bufio.NewScanner(conn), false
		fmt.Fprint(conn, "220 test\r\n")
		for lines.Scan() {
			line := lines.Text()
			said.WriteString(line + "\n")
			switch {
			case inside && line == ".":
				inside = false
				fmt.Fprint(conn, "250 taken\r\n")
			case inside:
			case line == "DATA":
				inside = true
				fmt.Fprint(conn, "354 go on\r\n")
			case line == "QUIT":
				fmt.Fprint(conn, "221 bye\r\n")
				all <- said.String()
				return
			default:
				fmt.Fprint(conn, "250 fine\r\n")
			}
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, all
}

func TestSMTP(t *testing.T) {
	port, told := serve(t)
	s, err := NewSMTP(Server{Host: "127.0.0.1", Port: port, From: "Lightshare <hello@example.com>", Local: true})
	if err != nil {
		t.Fatal(err)
	}
	letter := Letter{To: "ann@example.com", Subject: "Sign in to Lightshare", Text: "Open this link:\n\nhttp://localhost/sign-in/x\n", At: time.Now()}
	if err := s.Send(context.Background(), letter); err != nil {
		t.Fatal(err)
	}
	said := <-told
	for _, want := range []string{"MAIL FROM:<hello@example.com>", "RCPT TO:<ann@example.com>", "Subject: Sign in to Lightshare", "http://localhost/sign-in/x"} {
		if !strings.Contains(said, want) {
			t.Errorf("the server was not told %q:\n%s", want, said)
		}
	}
}

func TestSMTPErrors(t *testing.T) {
	if _, err := NewSMTP(Server{Port: 25}); err == nil {
		t.Error("NewSMTP without a host succeeds")
	}
	s, err := NewSMTP(Server{Host: "127.0.0.1", Port: 1, From: "hello@example.com", Local: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"ann@example.com", "not an address"} {
		if err := s.Send(context.Background(), Letter{To: to, Subject: "x"}); err == nil || strings.Contains(err.Error(), to) {
			t.Errorf("Send to %q = %v, want an error without the address", to, err)
		}
	}
}

func TestCatcherKeepsTheNewest(t *testing.T) {
	var c Catcher
	for i := range keep + 5 {
		c.Send(context.Background(), Letter{Subject: fmt.Sprint(i)})
	}
	letters := c.Letters()
	if len(letters) != keep || letters[0].Subject != fmt.Sprint(keep+4) {
		t.Errorf("%d letters, the newest %q; want %d, the newest %d", len(letters), letters[0].Subject, keep, keep+4)
	}
}
