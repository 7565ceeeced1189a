// Package finder finds listings by their words and by what they are: their kind, price, end and seller's presence.
//
// It is an inverted index in memory. Each word has the numbers of the listings that contain it, as a short list or a
// compressed bitmap; so has each kind, price band and hour of ending. A question is the intersection of a few of those,
// its facets are the sizes of a few more, and the page of answers is picked from what is left by one pass. Prices and
// presence change all the time: they move one number from one bitmap to another, nothing is rebuilt.
//
// Latin and other alphabetic writing is found by whole words and their beginnings, Korean, Chinese and Japanese by pairs
// of neighbouring characters, so that a word is found inside a longer one (봄날 in 봄날의). A word that nothing has is
// taken for the nearest one that something has, and the answer says so.
//
// # A tour
//
//   - finder.go puts listings in and takes them out; words.go keeps the words, tokens.go cuts texts into them.
//   - ask.go answers questions; facets.go filters and counts; near.go mends slips; suggest.go completes what is typed.
//
// # Why not bleve
//
// A search library was meant to do this, and was measured: bleve 2.6.3 with scorch on disk, one segment, no frequencies,
// no term vectors, no scores, facets and bands as keyword terms, orders by doc values; changed listings put in by
// hundreds. A million listings, a third of them Korean, the questions of lightshare bench search while 1,000 prices a
// second move; milliseconds of the processor for one question, since the two cores had other work beside it, of 5 to 40
// questions each. In the second pair of columns bleve finds the words alone and the rest is this package's.
//
//	                                bleve        its words alone   this package
//	                             p50     p99       p50     p99       p50     p99
//	everything                   341     363         9      10         7      12
//	everything, cheapest first   348     358         8       9         8      15
//	everything, dearest first    380     412         7       9         9      14
//	everything, ending soon      385     435         7      12         7      11
//	a common word                 90     128        16      27         7      11
//	a common word, every facet   236     247        16      19         7       8
//	a beginning of two letters   640     767        37      58        15      21
//	a Korean word                 29      69         8      19         5      10
//	a Korean slip                 46     127        17      34        13      26
//
// Building the first two, with one index, took 290 seconds of the processor, 367 MB of disk and 194 MB of memory; this
// package takes 73 seconds, no disk and 628 MB.
//
// A page may take 100 ms. Bleve visits every match once for the page and again for each choice of a facet, or reads its
// terms one by one (of 20,000 listings 14 ms instead of 8); nothing in it counts an intersection. With the words alone
// it holds, but what leads from its documents to our numbers, mends slips and completes words is as long as what it
// would replace (about 350 lines either way), needs a folder, and two indexes that must agree. Its cjk analyzer does not cut
// Hangul at all: 봄날의 stays one word, so tokens.go would stay too. From libraries come the bitmaps, the order of words
// and the distance between them.
package finder
