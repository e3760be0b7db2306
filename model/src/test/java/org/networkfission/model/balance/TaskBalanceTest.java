package org.networkfission.model.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.Balance;
import org.networkfission.model.network.LabelLoss;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.LossSpec.Dwa;
import org.networkfission.model.network.LossSpec.GradNorm;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.prep.settings.Json;

class TaskBalanceTest {
  private static final List<Task> TASKS = List.of(Task.LABELS, Task.NORMALS, Task.DEPTH);

  /** Without memory and with no epsilon to speak of, a step of Adam is the rate times the sign. */
  private static final AdamSettings SIGN = new AdamSettings(0, 0, 1e-12, 0.5, 1e-3);

  private static TaskBalance balance(
      Balance balance, AdamSettings adam, Optional<Map<String, List<Double>>> saved) {
    TaskWeights one = new TaskWeights(1, 0.6, 0.5);
    LossSpec losses =
        new LossSpec(
            LabelLoss.of(one),
            one,
            one,
            one,
            DepthLoss.L1,
            Normalisation.IMAGE,
            balance,
            new Dwa(2, 2),
            new GradNorm(1.5, 0.1));
    return TaskBalance.of(losses, TASKS, adam, 7, saved).orElseThrow();
  }

  private static TaskBalance balance(Balance balance) {
    return balance(balance, SIGN, Optional.empty());
  }

  @Test
  void fixedWeightsNeedNoBalance() {
    TaskWeights one = new TaskWeights(1, 0, 0);
    LossSpec losses = new LossSpec(one, one, one, one, DepthLoss.L1, Normalisation.IMAGE);
    assertThat(TaskBalance.of(losses, TASKS, SIGN, 7, Optional.empty())).isEmpty();
  }

  @Test
  void uncertaintyFollowsTheGradientOfItsOwnLoss() {
    TaskBalance balance = balance(Balance.UNCERTAINTY);
    assertThat(balance.factors()).containsExactly(1, 0.5, 0.5);
    double[] losses = {2, 0.25, 1};
    balance.learn(losses, 0.01);
    // d/ds of exp(-s) L + s / 2 is 1/2 - L at s = 0, of exp(-s) L / 2 + s / 2 it is (1 - L) / 2.
    assertThat(balance.factors()[0]).isCloseTo(Math.exp(-0.01), within(1e-9));
    assertThat(balance.factors()[1]).isCloseTo(0.5 * Math.exp(0.01), within(1e-9));
    assertThat(balance.factors()[2]).isEqualTo(0.5);
  }

  @Test
  void uncertaintyEndsWhereWeightTimesLossIsAHalf() {
    TaskBalance balance =
        balance(Balance.UNCERTAINTY, new AdamSettings(0.9, 0.999, 1e-8, 0, 0), Optional.empty());
    for (int i = 0; i < 5000; i++) {
      balance.learn(new double[] {2, 0.25, 1}, 0.01);
    }
    assertThat(balance.factors()[0] * 2).isCloseTo(0.5, within(1e-3));
    assertThat(balance.factors()[1] * 0.25).isCloseTo(0.5, within(1e-3));
    assertThat(balance.factors()[2] * 1).isCloseTo(0.5, within(1e-3));
  }

  @Test
  void dynamicWeightsAreASoftmaxOfTheLastTwoMeans() {
    TaskBalance balance = balance(Balance.DWA);
    double[][] losses = {{4, 2, 1}, {2, 2, 3}, {1, 1, 1}, {0.5, 2, 3}, {100, 100, 100}};
    for (int i = 0; i < 4; i++) {
      assertThat(balance.factors()).containsExactly(1, 1, 1);
      balance.learn(losses[i], 0.1);
    }
    double a = Math.exp(0.75 / 3 / 2);
    double b = Math.exp(1.5 / 2 / 2);
    double c = Math.exp(2.0 / 2 / 2);
    double[] expected = {3 * a / (a + b + c), 3 * b / (a + b + c), 3 * c / (a + b + c)};
    for (int round = 0; round < 2; round++) { // The fifth step is not yet part of a mean.
      double[] factors = balance.factors();
      for (int i = 0; i < 3; i++) {
        assertThat(factors[i]).isCloseTo(expected[i], within(1e-12));
      }
      balance.learn(losses[4], 0.1);
    }
    assertThat(balance.factors()[0]).isGreaterThan(balance.factors()[1]);
  }

  @Test
  void gradNormBringsTheTasksToEqualPull() {
    TaskBalance balance = balance(Balance.GRADNORM);
    double[][] products = {{4, 0, 0}, {0, 1, 0}, {0, 0, 0.25}};
    assertThat(balance.coefficients(0, products)).containsExactly(1, 1, 1);
    balance.learn(new double[] {3, 3, 3}, 0);
    // Norms are 2, 1 and 0.5, the mean 7/6: the first is too large, the others are too small.
    assertThat(balance.factors()[0]).isCloseTo(0.9 * 3 / 3.1, within(1e-9));
    assertThat(balance.factors()[1]).isCloseTo(1.1 * 3 / 3.1, within(1e-9));
    assertThat(balance.factors()[2]).isCloseTo(1.1 * 3 / 3.1, within(1e-9));
  }

  @Test
  void gradNormPullsHarderWhereLessIsLearned() {
    TaskBalance balance = balance(Balance.GRADNORM);
    double[][] products = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    balance.coefficients(0, products);
    balance.learn(new double[] {2, 4, 8}, 0);
    double[] before = balance.factors();
    balance.coefficients(1, products);
    balance.learn(new double[] {2, 1, 2}, 0); // All, a quarter and a quarter are left.
    assertThat(before).containsExactly(1, 1, 1);
    assertThat(balance.factors()[0]).isCloseTo(1.1 * 3 / 2.9, within(1e-9));
    assertThat(balance.factors()[1]).isCloseTo(0.9 * 3 / 2.9, within(1e-9));
  }

  @Test
  void gradNormsWeightsStayPositiveAndSumUpToTheNumberOfTasks() {
    TaskBalance balance = balance(Balance.GRADNORM);
    for (int i = 0; i < 200; i++) {
      balance.coefficients(i, new double[][] {{1e6, 0, 0}, {0, 1, 0}, {0, 0, 1}});
      balance.learn(new double[] {1, 1, 1}, 0);
      double sum = 0;
      for (double factor : balance.factors()) {
        assertThat(factor).isPositive();
        sum += factor;
      }
      assertThat(sum).isCloseTo(3, within(1e-9));
    }
  }

  /** The published algorithm on the vectors themselves; of two tasks the order says nothing. */
  @Test
  void surgeryOfTwoTasksIsThePublishedOne() {
    Random random = new Random(1);
    for (int round = 0; round < 50; round++) {
      double[][] g = vectors(random, 2, 5);
      double[] expected = new double[5];
      for (int i = 0; i < 2; i++) {
        double along = Math.min(0, dot(g[i], g[1 - i])) / dot(g[1 - i], g[1 - i]);
        for (int e = 0; e < 5; e++) {
          expected[e] += g[i][e] - along * g[1 - i][e];
        }
      }
      TaskWeights one = new TaskWeights(1, 0, 0);
      LossSpec losses =
          new LossSpec(
              LabelLoss.of(one),
              one,
              one,
              one,
              DepthLoss.L1,
              Normalisation.IMAGE,
              Balance.PCGRAD,
              null,
              null);
      TaskBalance balance =
          TaskBalance.of(losses, TASKS.subList(0, 2), SIGN, 7, Optional.empty()).orElseThrow();
      close(combined(g, balance.coefficients(round, products(g))), expected);
    }
  }

  @Test
  void surgeryOfThreeTasksIsThePublishedOneInSomeOrder() {
    TaskBalance balance = balance(Balance.PCGRAD);
    Random random = new Random(2);
    int conflicts = 0;
    for (int round = 0; round < 50; round++) {
      double[][] g = vectors(random, 3, 4);
      double[] found = combined(g, balance.coefficients(round, products(g)));
      assertThat(combined(g, balance.coefficients(round, products(g)))).isEqualTo(found);
      List<double[]> possible = new ArrayList<>();
      for (int orders = 0; orders < 8; orders++) {
        double[] sum = new double[4];
        for (int i = 0; i < 3; i++) {
          int first = (i + 1 + (orders >> i & 1)) % 3;
          int second = 3 - i - first;
          double[] own = g[i].clone();
          project(own, g[first]);
          project(own, g[second]);
          for (int e = 0; e < 4; e++) {
            sum[e] += own[e];
          }
        }
        possible.add(sum);
      }
      assertThat(possible).anySatisfy(one -> close(found, one));
      conflicts += possible.get(0)[0] == g[0][0] + g[1][0] + g[2][0] ? 0 : 1;
    }
    assertThat(conflicts).isGreaterThan(20);
  }

  @Test
  void whatIsNotFiniteIsLeftToWhoeverHasIt() {
    double[][] products = {{1, Double.NaN, 0}, {Double.NaN, 1, 0}, {0, 0, 1}};
    assertThat(balance(Balance.PCGRAD).coefficients(0, products)).containsExactly(1, 1, 1);
    assertThat(balance(Balance.GRADNORM).coefficients(0, products)).containsExactly(1, 1, 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Balance.class,
      names = {"UNCERTAINTY", "DWA", "GRADNORM"})
  void goesOnToTheBit(Balance kind) throws Exception {
    AdamSettings adam = new AdamSettings(0.9, 0.999, 1e-8, 0, 0);
    TaskBalance whole = balance(kind, adam, Optional.empty());
    TaskBalance interrupted = balance(kind, adam, Optional.empty());
    Random random = new Random(3);
    for (int step = 0; step < 9; step++) {
      double[][] products = products(vectors(random, 3, 4));
      double[] losses = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
      String json = Json.MAPPER.writeValueAsString(interrupted.state());
      interrupted =
          balance(kind, adam, Optional.of(Json.MAPPER.readValue(json, new TypeReference<>() {})));
      for (TaskBalance one : List.of(whole, interrupted)) {
        one.coefficients(step, products);
        one.learn(losses, 0.01);
      }
      assertThat(interrupted.factors()).isEqualTo(whole.factors());
    }
    assertThat(whole.factors()).doesNotContain(1, 0.5);
    assertThat(interrupted.state()).isEqualTo(whole.state());
  }

  private static double[][] vectors(Random random, int count, int length) {
    double[][] vectors = new double[count][length];
    for (double[] vector : vectors) {
      for (int i = 0; i < length; i++) {
        vector[i] = random.nextGaussian();
      }
    }
    return vectors;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void project(double[] own, double[] other) {
    double along = dot(own, other);
    if (along < 0) {
      double factor = along / dot(other, other);
      for (int i = 0; i < own.length; i++) {
        own[i] -= factor * other[i];
      }
    }
  }

  private static double[][] products(double[][] g) {
    double[][] products = new double[g.length][g.length];
    for (int a = 0; a < g.length; a++) {
      for (int b = 0; b < g.length; b++) {
        products[a][b] = dot(g[a], g[b]);
      }
    }
    return products;
  }

  private static double[] combined(double[][] g, double[] coefficients) {
    double[] sum = new double[g[0].length];
    for (int k = 0; k < g.length; k++) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += coefficients[k] * g[k][i];
      }
    }
    return sum;
  }

  private static void close(double[] found, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-9));
    }
  }
}
