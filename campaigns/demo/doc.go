// Package demo is a plausible French shop whose truth is known: people,
// eighteen months of orders, and six campaigns whose true effect in euros per
// customer can be computed, to be compared with what blanche measures.
//
// What is promised:
//
//   - the same seed, size and end give the same shop, to the byte;
//   - every address is under .example: nobody real can be written to, and
//     messages go into a pipe inside the process, never to a network;
//   - the zone blanche of each campaign is drawn by the product itself, and the
//     campaign changes nothing for anybody in it;
//   - TrueEffect is the expected effect on exactly the people drawn.
//
// What is refused: to know more than the product. The demonstration drives a
// campaigns.Service like any other, by its Desk.
//
// This is the one room of campaigns that knows the others, since it plays all
// their parts.
//
// Read next: shop.go (the truth), effect.go (what a campaign changes), build.go
// (into a store), live.go (the demonstration under way).
package demo
