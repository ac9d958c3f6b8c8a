export function median(numbers) {
  return quantile(numbers, 0.5);
}

export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}

/** What else the machine does makes a measurement longer, never shorter: of several, the lower quartile counts. */
export function leastDisturbed(values) {
  return quantile(values, 0.25);
}

/**
 * Samples of ours as a ratio to others that were taken one after the other: the median of the ratios of the pairs, since what
 * else the machine does meets both. `lowest` and `highest` are those of each third of the run by itself (of each pair, if
 * there are fewer), which show how far one run can be relied on.
 */
export function ratioOf(samples, others) {
  const ratios = samples.map((sample, index) => sample / others[index]);
  const count = Math.min(3, ratios.length);
  const at = (part) => Math.round((ratios.length * part) / count);
  const parts = Array.from({ length: count }, (_, part) => median(ratios.slice(at(part), at(part + 1))));
  return { ratio: median(ratios), lowest: Math.min(...parts), highest: Math.max(...parts) };
}
