/**
 * How good a predictor is over all frames that it saw: metrics with intervals, the best and the
 * worst frames, what the best constant prediction reaches. Parts of a split merge exactly.
 */
package org.networkfission.model.evaluation;
