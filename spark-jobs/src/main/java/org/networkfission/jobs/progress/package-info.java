/** How jobs tell how far they are. */
package org.networkfission.jobs.progress;
