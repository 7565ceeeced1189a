package simulator

// Stripe's objects as they go over the wire, cut down to the fields that mean something here and those that Stripe's own
// description requires. Times are Unix seconds, amounts minor units.

type session struct {
	ID                 string            `json:"id"`
	Object             string            `json:"object"`
	AmountSubtotal     *int64            `json:"amount_subtotal"`
	AmountTotal        *int64            `json:"amount_total"`
	AutomaticTax       automaticTax      `json:"automatic_tax"`
	CancelURL          string            `json:"cancel_url"`
	ClientReferenceID  *string           `json:"client_reference_id"`
	Created            int64             `json:"created"`
	Currency           *string           `json:"currency"`
	CustomFields       []any             `json:"custom_fields"`
	CustomText         struct{}          `json:"custom_text"`
	Customer           *string           `json:"customer"`
	ExpiresAt          int64             `json:"expires_at"`
	Livemode           bool              `json:"livemode"`
	Metadata           map[string]string `json:"metadata"`
	Mode               string            `json:"mode"`
	PaymentIntent      any               `json:"payment_intent"` // id, or the object where expanded
	PaymentMethodTypes []string          `json:"payment_method_types"`
	PaymentStatus      string            `json:"payment_status"`
	SetupIntent        any               `json:"setup_intent"` // id, or the object where expanded
	ShippingOptions    []any             `json:"shipping_options"`
	Status             string            `json:"status"` // open, complete, expired
	SuccessURL         string            `json:"success_url"`
	URL                *string           `json:"url"` // while open
}

type automaticTax struct {
	Enabled bool    `json:"enabled"`
	Status  *string `json:"status"`
}

type intent struct {
	ID                 string            `json:"id"`
	Object             string            `json:"object"`
	Amount             int64             `json:"amount"`
	AmountCapturable   int64             `json:"amount_capturable"`
	AmountReceived     int64             `json:"amount_received"`
	CanceledAt         *int64            `json:"canceled_at"`
	CancellationReason *string           `json:"cancellation_reason"`
	CaptureMethod      string            `json:"capture_method"`
	ConfirmationMethod string            `json:"confirmation_method"`
	Created            int64             `json:"created"`
	Currency           string            `json:"currency"`
	Customer           *string           `json:"customer"`
	LastPaymentError   *apiError         `json:"last_payment_error"`
	LatestCharge       any               `json:"latest_charge"` // id, or the object where expanded
	Livemode           bool              `json:"livemode"`
	Metadata           map[string]string `json:"metadata"`
	PaymentMethod      *string           `json:"payment_method"`
	PaymentMethodTypes []string          `json:"payment_method_types"`
	Status             string            `json:"status"` // requires_payment_method, requires_action, requires_capture, succeeded, canceled
}

type charge struct {
	ID                   string            `json:"id"`
	Object               string            `json:"object"`
	Amount               int64             `json:"amount"`
	AmountCaptured       int64             `json:"amount_captured"`
	AmountRefunded       int64             `json:"amount_refunded"`
	BillingDetails       struct{}          `json:"billing_details"`
	Captured             bool              `json:"captured"`
	Created              int64             `json:"created"`
	Currency             string            `json:"currency"`
	Customer             *string           `json:"customer"`
	Disputed             bool              `json:"disputed"`
	FailureCode          *string           `json:"failure_code"`
	Livemode             bool              `json:"livemode"`
	Metadata             map[string]string `json:"metadata"`
	Paid                 bool              `json:"paid"`
	PaymentIntent        string            `json:"payment_intent"`
	PaymentMethodDetails methodDetails     `json:"payment_method_details"`
	Refunded             bool              `json:"refunded"`
	Status               string            `json:"status"` // succeeded, failed
}

type methodDetails struct {
	Type string      `json:"type"`
	Card cardDetails `json:"card"`
}

type cardDetails struct {
	Brand         string `json:"brand"`
	CaptureBefore int64  `json:"capture_before,omitempty"`
	ExpMonth      int    `json:"exp_month"`
	ExpYear       int    `json:"exp_year"`
	Last4         string `json:"last4"`
}

type event struct {
	ID              string       `json:"id"`
	Object          string       `json:"object"`
	APIVersion      string       `json:"api_version"`
	Created         int64        `json:"created"`
	Data            eventData    `json:"data"`
	Livemode        bool         `json:"livemode"`
	PendingWebhooks int          `json:"pending_webhooks"`
	Request         eventRequest `json:"request"`
	Type            string       `json:"type"`
}

type eventData struct {
	Object any `json:"object"`
}

type eventRequest struct {
	ID             *string `json:"id"`
	IdempotencyKey *string `json:"idempotency_key"`
}

type list struct {
	Object  string `json:"object"`
	Data    []any  `json:"data"`
	HasMore bool   `json:"has_more"`
	URL     string `json:"url"`
}

// setupIntent is a card that somebody puts down for later.
type setupIntent struct {
	ID                 string            `json:"id"`
	Object             string            `json:"object"`
	Created            int64             `json:"created"`
	Customer           *string           `json:"customer"`
	LastSetupError     *apiError         `json:"last_setup_error"`
	Livemode           bool              `json:"livemode"`
	Metadata           map[string]string `json:"metadata"`
	PaymentMethod      any               `json:"payment_method"` // id, or the object where expanded
	PaymentMethodTypes []string          `json:"payment_method_types"`
	Status             string            `json:"status"` // requires_payment_method, requires_action, succeeded, canceled
	Usage              string            `json:"usage"`
}

type paymentMethod struct {
	ID             string      `json:"id"`
	Object         string      `json:"object"`
	BillingDetails struct{}    `json:"billing_details"`
	Card           cardDetails `json:"card"`
	Created        int64       `json:"created"`
	Customer       *string     `json:"customer"`
	Livemode       bool        `json:"livemode"`
	Type           string      `json:"type"`
}

// An apiError is Stripe's way of saying no.
type apiError struct {
	Code        string `json:"code,omitempty"`
	DeclineCode string `json:"decline_code,omitempty"`
	Charge      string `json:"charge,omitempty"`
	Message     string `json:"message"`
	Param       string `json:"param,omitempty"`
	Type        string `json:"type"`

	PaymentIntent *intent `json:"payment_intent,omitempty"` // of a card error, in the answer

	status  int  // of HTTP; 0 means 400
	invalid bool // found before anything was done, so that no idempotency key remembers it
}
