/** Surface normals of single frames and lists of them, without Spark. */
package org.networkfission.jobs.normals;
