/** Configuration: HOCON files and key=value pairs, bound to immutable records. */
package org.networkfission.jobs.config;
