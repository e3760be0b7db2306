/** What an evaluation tells: {@code metrics.json}, {@code report.md}, {@code report.html}. */
package org.networkfission.jobs.report;
