import { describe, expect, test } from "vitest";
import { calculate } from "./calculate.ts";

describe("functions", () => {
  test.each([
    ["sqrt(16)", "4"],
    ["sqrt(2)^2", "2"],
    ["cbrt(-27)", "-3"],
    ["abs(-3.5)", "3.5"],
    ["round(2.5)", "3"],
    ["round(-2.5)", "-3"],
    ["round(2.567, 2)", "2.57"],
    ["floor(-2.5)", "-3"],
    ["ceil(-2.5)", "-2"],
    ["min(3, 1, 2)", "1"],
    ["max([3, 1], 2)", "3"],
    ["sum([1, 2, 3], 4)", "10"],
    ["mean(1, 2, 6)", "3"],
    ["median(4, 1, 3, 2)", "2.5"],
    ["median(9, 1, 5)", "5"],
    ["mod(-5, 3)", "1"],
    ["mod(5, -3)", "-1"],
    ["pow(2, 0.5)", "1.4142135623730950488"],
    ["factorial(20)", "2432902008176640000"],
    ["gcd(12, 18, 27)", "3"],
    ["lcm(4, 6, 10)", "60"],
    ["log(8, 2)", "3"],
    ["ln(e^2)", "2"],
    ["log10(1000)", "3"],
    ["log2(1024)", "10"],
    ["exp(0)", "1"],
    ["sin(pi)", "0"],
    ["cos(pi)", "-1"],
    ["tan(pi / 4)", "1"],
    ["asin(1) * 2", "3.14159265358979323846"],
    ["acos(1)", "0"],
    ["atan(1) * 4", "3.14159265358979323846"],
    ["sign(-0.1)", "-1"],
  ])("%s", (formula, result) => {
    expect(calculate(formula)).toBe(result);
  });

  test.each([
    ["sqrt(-1)", "sqrt(-1) is no real number"],
    ["log(-1)", "no real number"],
    ["log(0)", "more than 900 digits"],
    ["log(8, 1)", "Division by zero"],
    ["asin(2)", "no real number"],
    ["(-8)^(1/3)", "no real number"],
    ["0^-1", "Division by zero"],
    ["factorial(2.5)", "only for whole numbers"],
    ["(-3)!", "only for whole numbers"],
    ["gcd(2.5, 1)", "no whole number"],
    ["gcd(10^70, 3)", "at most 64 digits"],
    ["sin(10^40)", "too large"],
    ["round(1.5, 0.5)", "0 to 100 places"],
    ["sqrt(1, 2)", "sqrt takes 1 numbers and was given 2"],
    ["mod(1)", "mod takes 2 numbers"],
    ["sum()", "was given 0"],
  ])("%s fails", (formula, message) => {
    expect(() => calculate(formula)).toThrow(message);
  });
});
