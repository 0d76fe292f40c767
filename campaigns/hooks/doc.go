// Package hooks proves who sent what comes in from other programs, and reads
// what shops send in their own form.
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
//
// What is refused: to know the store, the clock or the network.
//
// Read next: sign.go (signatures), replay.go (those that were accepted),
// shops.go (what shops send).
package hooks
