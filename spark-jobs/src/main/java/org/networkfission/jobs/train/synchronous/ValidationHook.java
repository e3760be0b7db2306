package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.log.DriverLink;
import org.networkfission.jobs.train.log.StepClock;
import org.networkfission.jobs.train.log.StepClock.Phase;
import org.networkfission.jobs.train.log.Validation;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.model.evaluation.Evaluation;

/** Evaluates the network on a small sample, and remembers the best step. */
final class ValidationHook implements StepHook {
  private final RunPlan plan;
  private final TrainState state;
  private final Validator validator;
  private final DriverLink driver;
  private final boolean first;
  private final StepClock clock;

  /**
   * Describes the hook.
   *
   * @param first whether this replica tells what came of it
   */
  ValidationHook(
      RunPlan plan,
      TrainState state,
      Validator validator,
      DriverLink driver,
      boolean first,
      StepClock clock) {
    this.plan = plan;
    this.state = state;
    this.validator = validator;
    this.driver = driver;
    this.first = first;
    this.clock = clock;
  }

  @Override
  public Optional<Outcome> after(Step step) throws IOException, InterruptedException {
    if (plan.upkeep().validation().due(step.done(), plan.steps())) {
      state.server().overlap().settle();
      Optional<List<Evaluation>> evaluation = validator.evaluate();
      clock.lap(Phase.VALIDATION);
      if (evaluation.isPresent()) {
        take(step.done(), evaluation.get());
      } else if (first) {
        driver.say("validation at step %d: a prediction is not finite".formatted(step.done()));
      }
    }
    return Optional.empty();
  }

  private void take(long step, List<Evaluation> evaluations) {
    OptionalDouble before =
        state.best().map(b -> OptionalDouble.of(b.score())).orElseGet(OptionalDouble::empty);
    Evaluation all = new Evaluation(plan.model().network().classes(), 0);
    Map<String, Evaluation> bySource = new LinkedHashMap<>();
    for (int i = 0; i < evaluations.size(); i++) {
      all.add(evaluations.get(i));
      if (evaluations.size() > 1) {
        bySource.put(plan.data().sources().get(i).name(), evaluations.get(i));
      }
    }
    Validation validation = Validation.of(step, all, bySource, before);
    if (validation.best()) {
      state.best(new Checkpoint.Best(step, validation.score()));
    }
    if (first) {
      driver.validated(validation, validator.panels());
    }
  }
}
