/** {@code fission predict}: ordinary photos in, pictures and arrays out. */
package org.networkfission.jobs.predict;
