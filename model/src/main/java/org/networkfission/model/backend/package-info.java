/**
 * What all back ends share: clocks, the dropout mask, statistics over replicas. A back end is a
 * package of its own in here and knows no other.
 */
package org.networkfission.model.backend;
