package org.networkfission.jobs.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.SplitStatistics;

/**
 * A finished shard: its file and what stands in it.
 *
 * @param shard which
 * @param file as the manifest lists it
 * @param statistics of its rows
 */
record ShardSummary(ShardName shard, ShardFile file, SplitStatistics statistics) {
  private static final ObjectMapper JSON = Json.MAPPER;

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static ShardSummary ofJson(String json) throws JsonProcessingException {
    return JSON.readValue(json, ShardSummary.class);
  }
}
