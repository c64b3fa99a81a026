/** What a fit came to: the logarithm of the odds is constant + Σ weight × feature. */
export interface Fit {
  weights: number[];
  constant: number;
}

export interface Sample {
  features: number[];
  isTrue: boolean;
}

const ridge = 1;
const steps = 25;

/**
 * Logistic regression with a ridge of 1 on standardised features, by Newton's method. Throws when there are no samples.
 */
export function fitLogistic(samples: Sample[]): Fit {
  const width = samples[0]?.features.length;
  if (width === undefined) throw new Error('nothing to fit to');
  const { means, deviations } = standardise(samples, width);
  const rows = samples.map(({ features, isTrue }) => ({
    // The last place is the constant's.
    x: [...features.map((value, k) => (value - at(means, k)) / at(deviations, k)), 1],
    y: isTrue ? 1 : 0,
  }));
  let fitted: number[] = Array(width + 1).fill(0);
  for (let step = 0; step < steps; step++) fitted = improve(fitted, rows);
  const weights = fitted.slice(0, width).map((weight, k) => weight / at(deviations, k));
  const constant = weights.reduce((sum, weight, k) => sum - weight * at(means, k), at(fitted, width));
  return { weights, constant };
}

function standardise(samples: Sample[], width: number): { means: number[]; deviations: number[] } {
  const mean = (of: (features: number[]) => number) =>
    samples.reduce((sum, { features }) => sum + of(features), 0) / samples.length;
  const means = Array.from({ length: width }, (_, k) => mean((features) => at(features, k)));
  const deviations = means.map((middle, k) => {
    const variance = mean((features) => (at(features, k) - middle) ** 2);
    // A feature that is always the same tells nothing.
    return Math.sqrt(variance) || 1;
  });
  return { means, deviations };
}

/** One step of Newton's. */
function improve(fitted: number[], rows: { x: number[]; y: number }[]): number[] {
  const size = fitted.length;
  const gradient: number[] = Array(size).fill(0);
  const curvature = fitted.map((): number[] => Array(size).fill(0));
  for (const { x, y } of rows) {
    const odds = x.reduce((sum, value, k) => sum + value * at(fitted, k), 0);
    const share = 1 / (1 + Math.exp(-odds));
    for (let a = 0; a < size; a++) {
      gradient[a] = at(gradient, a) + at(x, a) * (share - y);
      const row = curvature[a] ?? [];
      for (let b = 0; b < size; b++) row[b] = at(row, b) + at(x, a) * at(x, b) * share * (1 - share);
    }
  }
  // The constant is free.
  for (let a = 0; a < size - 1; a++) {
    gradient[a] = at(gradient, a) + ridge * at(fitted, a);
    const row = curvature[a] ?? [];
    row[a] = at(row, a) + ridge;
  }
  const step = solve(curvature, gradient);
  return fitted.map((value, k) => value - at(step, k));
}

/** Solves matrix × result = vector by elimination (Gauss & Jordan) with pivots. */
function solve(matrix: number[][], vector: number[]): number[] {
  const rows = matrix.map((row, k) => [...row, at(vector, k)]);
  for (let column = 0; column < rows.length; column++) {
    const pivots = rows.map((row, k) => (k < column ? -1 : Math.abs(at(row, column))));
    const pivot = pivots.indexOf(Math.max(...pivots));
    const pivotRow = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = pivotRow;
    for (const row of rows) {
      if (row === pivotRow) continue;
      const factor = at(row, column) / at(pivotRow, column);
      for (let k = column; k < row.length; k++) row[k] = at(row, k) - factor * at(pivotRow, k);
    }
  }
  return rows.map((row, k) => at(row, rows.length) / at(row, k));
}

function at(list: number[], place: number): number {
  return list[place] ?? 0;
}
