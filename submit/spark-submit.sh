# Sourced by submit/fission, which sets home, product, work, memory and java: one command through the
# spark-submit of SPARK_HOME.
# shellcheck shell=bash disable=SC2154

# One of Spark's Java options, in the quotes that Spark takes off again.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s" ' "${text//\"/\\\"}"
}

# Reads FISSION_SUBMIT_OPTIONS, whose words are quoted as a shell's, though nothing in them is run. What
# the product sets too goes into jars, files and driver_options; all else into options.
read_options() {
  options=() jars='' files='' driver_options='' deploy=client
  local words=() word value text
  [[ -n ${FISSION_SUBMIT_OPTIONS:-} ]] || return 0
  if ! text=$(xargs printf '%s\n' <<<"$FISSION_SUBMIT_OPTIONS" 2>/dev/null); then
    echo "fission: Cannot use FISSION_SUBMIT_OPTIONS: a quote is not closed: $FISSION_SUBMIT_OPTIONS" >&2
    exit 2
  fi
  while IFS= read -r word; do
    # --name=value as two words
    if [[ $word == --*=* && ${words[${#words[@]} - 1]:-} != --conf ]]; then
      words+=("${word%%=*}" "${word#*=}")
    else
      words+=("$word")
    fi
  done <<<"$text"
  set -- "${words[@]}"
  while [[ $# -gt 0 ]]; do
    word=$1 value=${2:-}
    if [[ $word == --conf ]]; then
      case $value in
        spark.jars=*) word=--jars value=${value#*=} ;;
        spark.files=*) word=--files value=${value#*=} ;;
        spark.driver.extraJavaOptions=*) word=--driver-java-options value=${value#*=} ;;
        spark.submit.deployMode=*) word=--deploy-mode value=${value#*=} ;;
      esac
    fi
    case $word in
      --jars) jars+=,$value ;;
      --files) files+=,$value ;;
      --driver-java-options) driver_options+=" $value" ;;
      --deploy-mode) deploy=$value ;;
      *)
        options+=("$1")
        shift
        continue
        ;;
    esac
    shift $(($# > 1 ? 2 : 1))
  done
}

submit() {
  local option jar primary
  read_options
  for option in "${java[@]}"; do
    driver_options+=" $(quoted "$option")"
  done

  # Jars that the cluster has already are named there; others are uploaded.
  local lib=$product/lib
  primary=$(basename "$(echo "$lib"/spark-jobs*.jar)")
  if [[ -n ${FISSION_INSTALLED:-} ]]; then
    options+=(--conf "spark.yarn.archive=$FISSION_INSTALLED/spark-jars.zip")
  fi
  for jar in "$lib"/*.jar; do
    [[ ${jar##*/} == "$primary" ]] || jars+=,${FISSION_INSTALLED:-$product}/lib/${jar##*/}
  done
  primary=${FISSION_INSTALLED:-$product}/lib/$primary

  if [[ $deploy == cluster ]]; then
    submit_to_cluster "$@"
  fi
  exec "$SPARK_HOME/bin/spark-submit" \
    --class org.networkfission.jobs.cli.Fission \
    --driver-memory "$memory" \
    --driver-java-options "$(quoted "-Dlog4j2.configurationFile=$home/conf/log4j2.properties")$driver_options" \
    --jars "${jars#,}" ${files:+--files "${files#,}"} \
    ${options[@]+"${options[@]}"} \
    "$primary" "$@"
}

# The driver runs on the cluster, where this machine's files are not: the configuration is resolved
# here, and goes with the application as one file.
submit_to_cluster() {
  local ship=$work/ship log=$work/submit.log code=0 arguments=() argument told
  mkdir "$ship"
  # Not the run itself: it leaves the run's folder alone.
  FISSION_WORK='' "${JAVA_HOME:+$JAVA_HOME/bin/}java" "${java[@]}" \
    -Dlog4j2.configurationFile="$home/conf/log4j2.properties" \
    -cp "${HADOOP_CONF_DIR:+$HADOOP_CONF_DIR:}$product/lib/*:$SPARK_HOME/jars/*" \
    org.networkfission.jobs.cli.Fission "$@" --ship "$ship" || exit $?
  if [[ ! -e $ship/arguments ]]; then
    exit 0 # --help, --version
  fi
  while IFS= read -r -d '' argument; do
    arguments+=("$argument")
  done <"$ship/arguments"
  # What Spark is configured with wins, as it does in client mode.
  cat "${SPARK_CONF_DIR:-$SPARK_HOME/conf}/spark-defaults.conf" >>"$ship/spark.properties" 2>/dev/null || true

  export SPARK_SUBMIT_OPTS="${SPARK_SUBMIT_OPTS:-} $(quoted "-Dlog4j2.configurationFile=$home/submit/log4j2.properties")"
  "$SPARK_HOME/bin/spark-submit" --deploy-mode cluster \
    --class org.networkfission.jobs.cli.Fission \
    --driver-memory "$memory" \
    --driver-java-options "-Dlog4j2.configurationFile=log4j2.properties $driver_options" \
    --properties-file "$ship/spark.properties" \
    --jars "${jars#,}" --files "$ship/fission.conf,$home/conf/log4j2.properties$files" \
    ${options[@]+"${options[@]}"} \
    "$primary" "${arguments[@]}" 2> >(tee "$log" >&2) || code=$?

  # spark-submit knows 0 and 1; what the driver ended with stands in the application's diagnostics.
  if [[ $code != 0 ]]; then
    told=$(sed -n 's/.*\(fission, exit code [0-9]*: .*\)/\1/p' "$log" | tail -n 1)
    if [[ -n $told ]]; then
      code=${told#fission, exit code }
      code=${code%%:*}
      echo "fission: ${told#fission, exit code *: }" >&2
    else
      told=$(sed -n 's/.*\(application_[0-9_]*\).*/\1/p' "$log" | tail -n 1)
      echo "fission: The driver ended without a message${told:+; its log: yarn logs -applicationId $told}" >&2
    fi
  fi
  rm -rf "$work"
  exit "$code"
}
