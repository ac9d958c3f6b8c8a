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
 * What samples come to, in the order of their measurement: `value` by `estimate`, and what `estimate` says of each third of
 * them by itself (of each sample, if they are fewer), which shows how far one run can be relied on.
 */
export function estimated(samples, estimate) {
  const count = Math.min(3, samples.length);
  const at = (part) => Math.round((samples.length * part) / count);
  return {
    value: estimate(samples),
    parts: Array.from({ length: count }, (_, part) => estimate(samples.slice(at(part), at(part + 1)))),
  };
}
