// Package hooks proves who sent what comes in from other programs, reads what
// shops send in their own form, and takes to other programs what they are to know.
//
// What is promised:
//
//   - a signature is compared in constant time, over the bytes that came in, by
//     each of the secrets in force (two, so that one can be changed without a
//     gap);
//   - what was signed more than five minutes away from now is refused, and so is
//     a signature that was accepted before;
//   - an order of Shopify or WooCommerce becomes the row that the export of the
//     same shop has for it: one mapping of states and amounts, that of package
//     intake, and the same order by hook and by file is one order.
//   - a letter that leaves is signed as those that come in are; it goes by https
//     or to this machine, to an address that was judged after its name was
//     resolved, follows no redirection, and waits ten seconds at most for an
//     answer of which nothing but the number is used.
//
// What is refused: to know the store or the clock.
//
// Read next: sign.go (signatures), replay.go (those that were accepted),
// shops.go (what shops send), courier.go (letters that leave), reach.go (where
// to), retry.go (when again).
package hooks
