/** {@code fission inspect dataset}: what a prepared data set holds. */
package org.networkfission.jobs.inspect;
