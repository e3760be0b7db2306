/** Label tables: which class of a training set each label id of a data set belongs to. */
package org.networkfission.prep.labels;
