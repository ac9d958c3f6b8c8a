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
