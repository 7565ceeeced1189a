// Package ledger keeps the books of all sales in double entry. Nothing is stored: they follow from the facts of the
// orders, so whoever reads the journal again comes to the same books, to the unit.
//
// # Accounts
//
// Each currency has its own. They never meet.
//
//	buyer:auth(order)     memo   what a buyer has let hold; empty again after each fact but for promises
//	stripe:clearing       debit  our balance at the payment provider
//	seller:payable(u)     credit what a seller is owed
//	royalty:payable(r)    credit what a payee of other people's sales is owed
//	platform:fees         credit what the operator has earned
//	reserve(u)            credit what is kept back of a seller's money
//	refunds:payable       credit what buyers are to get back
//	disputes:held         debit  what banks took back until a dispute is decided
//	fx:rounding           must stay empty: nothing is converted
//	external:bank         debit  what went to the operator's bank
//	provider:fees         debit  what the provider has kept for disputes
//
// Money goes only the ways of the table in transfer.go. An authorisation is a pending transfer from stripe:clearing to
// buyer:auth, which a capture posts and a release voids. With the capture the whole of it is shared out at once, by
// [Split]. What the provider keeps of a capture as its fee is in no fact of an order yet, so it is not in the books.
//
// What is sent to sellers, and fetched back, follows from the facts of payees in the same way. Package payee keeps its own
// promises while the market runs; the reports here take both journals together.
//
// # Promises
//
// Each is checked after every fact, here as in the tests; [Rule] names them. A fact that would break one is not entered
// and stops its order: no more money is taken or given for it, others go on. [Bookkeeper] does that beside a running
// checkout, [Check] over the whole journal.
//
// # Tour
//
// rows.go says what each fact means, with the verbs of posting.go; sale.go is what is known of one order and what it
// must keep; entry.go makes the transfers; book.go applies facts. money.go and split.go divide. audit.go adds everything
// up again. check.go, winners.go, statement.go and reconcile.go are the operator's reports, payee.go reads the journals
// for them.
//
// # Who shows what
//
// The promises of the money, and the tests that fail if one is broken; those without a package are this one's:
//
//	M1 to M9, M11  TestMachine, TestBooksOfTheUnruly, TestViolations
//	M2             TestRepeatedFacts
//	M3, M4, M8     checkout.TestBrokenCalls, checkout.TestWonWithSavedCard, TestAuctionIsSoldOnce
//	M5             checkout.TestOrderAmongTheUnruly, checkout.TestDisputes
//	M6             TestSplitEveryAmount, TestSplitAnyTable
//	M7             payee.TestPayeeAmongTheUnruly
//	M9             checkout.TestCaptureComesTooLate
//	M10            TestCheckFindsWhatIsWrong
//	M12            TestReconcile
//	M13            checkout.TestDeadlines, checkout.TestOrderAmongTheUnruly, checkout.TestRefusedRefund
//	M14            TestCheck, journal's snapshots
//	M15            TestWebhookPermutations
//	M16            journal.TestChain
//	P11            checkout.TestNewsOfDaysAgo, TestWebhookPermutations, stripe.TestWebhook
//	P12            checkout.TestBrokenCalls, checkout.TestChargeAnswerLost
//	P13            checkout.TestReminders, checkout.TestCaptureComesTooLate
package ledger
