/** Studies: rows of training and evaluation, whose table stands beside a published one. */
package org.networkfission.jobs.study;
