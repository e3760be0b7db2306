package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.train.ChangedSettings.Change;
import org.networkfission.prep.settings.Json;

class ChangedSettingsTest {
  private static ChangedSettings between(String before, String now) throws JsonProcessingException {
    return ChangedSettings.between(json(before), json(now), path -> path.replace("file:", ""));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  @Test
  void tellsWhatDecidesTheResultFromWhatDoesNot() throws Exception {
    ChangedSettings changed =
        between(
            "{'train': {'seed': 1, 'steps': 5, 'input': {'threads': 1, 'shuffle-rows': 2}}}",
            "{'train': {'seed': 2, 'steps': 6, 'input': {'threads': 3, 'shuffle-rows': 4}}}");

    assertThat(changed.decisive())
        .containsExactly(
            new Change("train.input.shuffle-rows", "2", "4"), new Change("train.seed", "1", "2"));
    assertThat(changed.harmless())
        .containsExactly(
            new Change("train.input.threads", "1", "3"), new Change("train.steps", "5", "6"));
  }

  @Test
  void oneValueSpeltTwiceIsTheSame() throws Exception {
    ChangedSettings changed =
        between(
            "{'train': {'dataset': '/d', 'batch-size': 2, 'adam': {'epsilon': 1e-8}}}",
            "{'train': {'dataset': 'file:/d', 'batch-size': '2', 'adam': {'epsilon': '0.00000001'}}}");

    assertThat(changed.decisive()).isEmpty();
    assertThat(changed.harmless()).isEmpty();
  }

  @Test
  void settingsThatTheCheckpointDoesNotKnowAreNotCompared() throws Exception {
    assertThat(between("{}", "{'train': {'seed': 2}}").decisive()).isEmpty();
    assertThat(ChangedSettings.between(null, json("{}"), path -> path).decisive()).isEmpty();
  }

  @Test
  void theClusterDecidesNothingHere() throws Exception {
    assertThat(between("{'cluster': {'executors': 1}}", "{'cluster': {'executors': 2}}").decisive())
        .isEmpty();
  }
}
