/**
 * What a network can predict. Each task is one class: its channels, its truth and its loss, what is
 * done to a prediction, how it is scored and how it is shown.
 */
package org.networkfission.model.task;
