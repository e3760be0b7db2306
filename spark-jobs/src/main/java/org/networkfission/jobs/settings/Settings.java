package org.networkfission.jobs.settings;

import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.evaluate.EvaluateSettings;
import org.networkfission.jobs.export.ExportSettings;
import org.networkfission.jobs.predict.PredictSettings;
import org.networkfission.jobs.prepare.PrepareSettings;
import org.networkfission.jobs.sample.SampleJobSettings;
import org.networkfission.jobs.train.TrainSettings;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;

/**
 * Everything that can be configured: one component per section of {@code conf/reference.conf},
 * where the defaults and the meaning of every key stand.
 */
public record Settings(
    SampleJobSettings sample,
    PrepareSettings prepare,
    NetworkSpec network,
    LossSpec losses,
    TrainSettings train,
    EvaluateSettings evaluate,
    PredictSettings predict,
    ExportSettings export,
    ClusterSettings cluster) {}
