// Package auction is the service that decides about lots: auctions and direct sales.
package auction
