// Package checkout takes a purchase from the first click to the capture: the buyer's card is charged only when every
// byte has reached him, and otherwise let go.
//
// # Rules
//
// An order is created, becomes payable when the provider has made a page for it, and is authorised when an amount is held
// on the buyer's card. What was won is first held on the card that its winner saved before he bid ([Desk.SaveCard]), while
// he is away; only if that card is declined, or its bank wants to ask him, is he sent a page. At a fixed price or a buy-now price the auction must then let it have its copy; a won lot is the
// buyer's already. While it is delivering, the buyer's client gets tickets for the seller's agent; with the client's
// receipt for the whole sealed file it is delivered, and with that the capture is intended. Captured, refunded,
// released and abandoned are final. Every other state has exactly one deadline, so an order ends by itself whoever goes away:
//
//	charging                pay by        abandoned    48 hours; if the provider could not be asked, nobody is blamed
//	created, payable        pay by        abandoned    35 minutes, or 48 hours for a won auction
//	authorised, delivering  deliver by    releasing    12 hours before the provider's own deadline
//	delivered               provider's    releasing    if the money could not be taken until then
//	releasing               provider's    released     the hold is gone by then anyway
//	refunding               an hour       refunding    the refund is tried anew
//	captured, and asked     7 days        refunding    the seller said nothing: money goes back
//	disputed                a day         disputed     the payment is looked at again
//
// People are reminded of what an order waits for ([events.OrderReminded]): of paying 24 and 4 hours before the end, of
// the delivery 24 hours before.
//
// A won order, or one of a second chance, that comes to nothing is told to the auction; if its buyer just did not pay,
// as that.
//
// Once captured, money can go back, whole or in parts: the buyer asks and the seller answers ([events.AskRefund]), the
// seller or a moderator gives it unasked ([events.GrantRefund]), or a rule says so (a proven mismatch, a seller's silence).
// What goes back is intended by a fact, and what the provider says that it has given back in all decides what is still
// missing ([events.RecordRefunded]), so a lost answer gives nothing twice, and what an operator refunds by hand counts.
// What the provider refuses to give back (at once after a lost dispute, else for a day) is owed to the buyer still: the
// order ends with that, which is logged and which "lightshare
// ledger check" lists until the money has gone back by hand, and the key stays his.
// With all of it on its way, the key and new tickets are revoked, unless the buyer proved that the file was another one.
//
// If the buyer goes to his bank instead, the bank takes the money until it has decided ([events.DisputeOpened]). What the
// order's facts prove is submitted to it at once (dispute.go), nothing else goes back meanwhile, and what went back before
// is not taken twice. A lost dispute revokes the key as a refund does.
//
// The provider's deadline is that of the charge. A hold that an order has no use for (it comes late, twice, or with
// another amount) is a stray: it is stated, and dropped, without touching the order.
//
// # Fair exchange
//
// The file is delivered sealed (package sealed). Before the first ticket the seller's agent deposits its key, wrapped for
// the operator and for that order alone; it is a fact of the order, and is never replaced. The buyer's client signs for the
// sealed records, that is for something which is of no use to him; the key is given out once the payment is captured. So a
// buyer who stops short has nothing that he can open, and a seller who stops short gets nothing. A captured order goes back
// to life only if the buyer proves, with the deposited key, that the sealed file does not open to what was listed
// ([Desk.Mismatch]): nobody's judgement is asked, the money is given back, and the seller is told of a strike.
//
// # Sellers
//
// What a sale brings its seller, and what refunds and disputes take, goes on to package payee, which holds it for a while
// and then sends it to him.
//
// # Doing
//
// Facts intend, [Order.Wants] says what is not answered yet, errands does it and tells the order what came of it. So
// every call to the provider is preceded by a fact and followed by one, and a restart resumes exactly what is open.
// Calls carry keys that follow from the order alone ([Order.Key]). What the provider sends is never believed: it only
// makes the desk look ([Desk.Hear]), and what is lost is found in the provider's list of events.
//
// # Kept where
//
// Facts lie in the journal "orders", with the order's id as subject; the newest orders of a buyer are an index in memory
// that is rebuilt from it. Notices go to the stream of notices, told once. Which card somebody has saved, by the
// provider's names, lies in the bucket of accounts, where it can be deleted. Nothing else is kept.
//
// # Tour
//
// order.go, rules.go, apply.go, deadline.go, reminder.go, refund.go, dispute.go and effect.go are the pure heart; view.go words an order for pages. Package
// ledger derives the books from the same facts, and books.go asks it before money is taken.
// desk.go opens and answers, wallet.go and card.go keep and ask saved cards, errands.go and perform.go do what is wanted, news.go hears the provider, lots.go the
// auctions, sellers.go takes what sellers say about their sales, ticket.go hands out tickets and takes receipts, key.go takes deposits, gives out keys and checks proofs, notices.go tells both sides. cashier.go is the port to the
// provider: package stripe behind it, and package simulator where there is no Stripe.
package checkout
