package simulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	maxForm = 64 << 10       // bytes
	keyLife = 24 * time.Hour // of an idempotency key
)

// remembered is the first answer under an idempotency key.
type remembered struct {
	Params string          `json:"params"` // digest of path and parameters
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
	At     time.Time       `json:"at"`
}

// call is a request that is let in, with its parameters as Stripe decodes them: a[b][0].
type call struct {
	id     string // the object in the path
	params url.Values
}

func (c call) get(name string) string { return c.params.Get(name) }

// int returns a whole number, or def if it is not given.
func (c call) int(name string, def int64) (int64, *apiError) {
	v := c.get(name)
	if v == "" {
		return def, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return 0, invalid(name, "parameter_invalid_integer", "Invalid integer: "+v)
	}
	return n, nil
}

// object returns what was given as name[key]=value.
func (c call) object(name string) map[string]string {
	m := map[string]string{}
	for key, values := range c.params {
		if inner, ok := strings.CutPrefix(key, name+"["); ok && strings.HasSuffix(inner, "]") && len(values) > 0 {
			m[strings.TrimSuffix(inner, "]")] = values[0]
		}
	}
	return m
}

// expands reports whether the caller wants the object instead of its id.
func (c call) expands(path string) bool {
	for key, values := range c.params {
		if strings.HasPrefix(key, "expand[") && len(values) > 0 && values[0] == path {
			return true
		}
	}
	return false
}

var position = regexp.MustCompile(`\[\d*\]`)

// only refuses parameters that are not named. A name that ends in [] stands for a list, in [*] for a free object.
func (c call) only(names ...string) *apiError {
	for key := range c.params {
		plain := position.ReplaceAllString(key, "[]")
		known := plain == "expand[]"
		for _, n := range names {
			free, isFree := strings.CutSuffix(n, "[*]")
			known = known || plain == n || isFree && strings.HasPrefix(plain, free+"[")
		}
		if !known {
			return invalid(key, "parameter_unknown", "Received unknown parameter: "+key)
		}
	}
	return nil
}

type method func(call) (any, *apiError)

// get answers a question.
func (s *Simulator) get(f method) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if e := s.admit(r); e != nil {
			answer(w, e.status, map[string]*apiError{"error": e})
			return
		}
		s.mu.Lock()
		s.lapse(s.now())
		status, body := s.do(f, call{r.PathValue("id"), r.URL.Query()})
		s.mu.Unlock()
		answerRaw(w, status, body)
	})
}

// post does something, once for each idempotency key.
func (s *Simulator) post(f method) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if e := s.admit(r); e != nil {
			answer(w, e.status, map[string]*apiError{"error": e})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			answer(w, 400, map[string]*apiError{"error": invalid("", "", "Invalid request body")})
			return
		}
		if e := s.Faults.refusal(); e != nil {
			answer(w, e.status, map[string]*apiError{"error": e})
			return
		}
		status, body, replayed := s.once(f, call{r.PathValue("id"), r.PostForm}, r.URL.Path, r.Header.Get("Idempotency-Key"))
		if s.Faults.losesAnswer() {
			panic(http.ErrAbortHandler) // the connection ends without an answer
		}
		if replayed {
			w.Header().Set("Idempotent-Replayed", "true")
		}
		answerRaw(w, status, body)
	})
}

// once runs f, or repeats what it answered under the same key.
func (s *Simulator) once(f method, c call, path, key string) (status int, body json.RawMessage, replayed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.lapse(now)
	sum := sha256.Sum256([]byte(path + "?" + c.params.Encode()))
	digest := hex.EncodeToString(sum[:])
	if known := s.state.Keys[key]; key != "" && known != nil {
		if known.Params != digest {
			return encode(400, map[string]*apiError{"error": {Type: "idempotency_error", Message: "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '" + key + "' if you meant to execute a different request."}}, false)
		}
		return known.Status, known.Body, true
	}
	if s.Faults.remembers() {
		f = func(call) (any, *apiError) { return nil, outOfOrder(http.StatusInternalServerError) }
	}
	result, e := f(c)
	if e != nil {
		if status, body, _ = encode(e.code(), map[string]*apiError{"error": e}, false); e.invalid {
			return status, body, false
		}
	} else {
		status, body, _ = encode(http.StatusOK, result, false)
	}
	if key != "" {
		s.state.Keys[key] = &remembered{Params: digest, Status: status, Body: body, At: now}
		s.keys = append(s.keys, key)
	}
	if err := s.save(); err != nil {
		s.Log.Error("state not saved", "error", err)
		return encode(500, map[string]*apiError{"error": {Type: "api_error", Message: "Out of order"}}, false)
	}
	return status, body, false
}

func (s *Simulator) do(f method, c call) (int, json.RawMessage) {
	result, e := f(c)
	if e != nil {
		status, body, _ := encode(e.code(), map[string]*apiError{"error": e}, false)
		return status, body
	}
	status, body, _ := encode(http.StatusOK, result, false)
	return status, body
}

// admit checks the key.
func (s *Simulator) admit(r *http.Request) *apiError {
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(key), []byte(s.Secret)) != 1 {
		return &apiError{Type: "invalid_request_error", Message: "Invalid API Key provided", status: http.StatusUnauthorized}
	}
	return nil
}

func (s *Simulator) unknownPath(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusNotFound, map[string]*apiError{"error": {Type: "invalid_request_error", Message: "Unrecognized request URL (" + r.Method + ": " + r.URL.Path + ")."}})
}

func (e *apiError) code() int {
	if e.status == 0 {
		return http.StatusBadRequest
	}
	return e.status
}

// invalid is an error about one parameter.
func invalid(param, code, message string) *apiError {
	return &apiError{Type: "invalid_request_error", Param: param, Code: code, Message: message, invalid: true}
}

// missing is an error about an object that is not there.
func missing(what, id string) *apiError {
	return &apiError{Type: "invalid_request_error", Code: "resource_missing", Param: "id", Message: "No such " + what + ": '" + id + "'", status: http.StatusNotFound, invalid: true}
}

func encode(status int, v any, replayed bool) (int, json.RawMessage, bool) {
	body, err := json.Marshal(v)
	if err != nil { // objects are plain data
		panic("simulator: encode answer: " + err.Error())
	}
	return status, body, replayed
}

func answer(w http.ResponseWriter, status int, v any) {
	_, body, _ := encode(status, v, false)
	answerRaw(w, status, body)
}

func answerRaw(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", newID("req_"))
	w.WriteHeader(status)
	w.Write(body) // a client that left does not want to know
}
