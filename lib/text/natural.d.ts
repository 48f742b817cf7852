// natural has types for its index only, and importing the index loads database drivers
// (600 ms, and it prints to stdout). The stemmer alone takes 4 ms.
declare module 'natural/lib/natural/stemmers/porter_stemmer.js' {
  const stemmer: { stem(token: string): string };
  export default stemmer;
}
