/**
 * What programs use: {@link org.networkfission.api.Predictors} without Spark, {@link
 * org.networkfission.api.NetworkFissionModel} in pipelines of Spark. The types of this package, and
 * those of other packages that its methods take and give, stay as they are within a version's first
 * number; everything else may change at any time.
 */
package org.networkfission.api;
