/** Counts the iterations of the event loop until stopped. */
export function countRounds(): { readonly count: () => number; readonly stop: () => void } {
  let rounds = 0;
  let isOver = false;
  const goRound = () => {
    rounds++;
    if (!isOver) setImmediate(goRound);
  };
  setImmediate(goRound);
  return {
    count: () => rounds,
    stop: () => {
      isOver = true;
    },
  };
}
