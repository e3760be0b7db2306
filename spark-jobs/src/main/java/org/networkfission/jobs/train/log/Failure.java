package org.networkfission.jobs.train.log;

/**
 * Why a replica fails.
 *
 * @param diverged whether a loss or gradient was not finite
 * @param reason in words
 */
public record Failure(boolean diverged, String reason) implements Report.Content {}
