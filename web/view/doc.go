// Package view is how Lightshare's pages look: the layout, the style sheet, the icons, and the small pieces that more
// than one page draws with. It is a leaf: it imports the contract and nothing else of the market.
//
// A page fills in a [Page] and draws itself inside [Layout]. What a piece shows is worded before it gets here; a
// component only draws. Style sheet and modules are embedded and served by [Assets] under a name that changes with
// their content, so that browsers may keep them for ever. Nothing needs inline script or inline style: the pages are
// meant for a content security policy of 'self' alone.
package view
