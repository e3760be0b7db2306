/** Trained models as jobs open them and send them to executors. */
package org.networkfission.jobs.inference;
