/**
 * Whether a number is a multiple of a positive step, by their decimal text:
 * 19.99 is a multiple of 0.01, whatever binary floating point makes of the quotient.
 */
export function isMultipleOf(value: number, step: number): boolean {
  if (Number.isSafeInteger(step)) {
    if (value % step === 0) return true;
    if (Number.isSafeInteger(value)) return false;
  }
  if (!Number.isFinite(value)) return false;
  const [digits, exponent] = decimal(value);
  const [stepDigits, stepExponent] = decimal(step);
  const shift = exponent - stepExponent;
  if (shift >= 0) return (digits * 10n ** BigInt(shift)) % stepDigits === 0n;
  return digits % (stepDigits * 10n ** BigInt(-shift)) === 0n;
}

/** `value` = digits × 10^exponent, exactly as JavaScript prints it. */
function decimal(value: number): [digits: bigint, exponent: number] {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}
