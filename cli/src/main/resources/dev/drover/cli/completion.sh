
# The names of a kind that there are now: drover itself is asked, which gives up after a second.
function _drover_names() {
  local kind=${1//@/} file='' i
  for (( i=1; i < ${#COMP_WORDS[@]} - 1; i++ )); do
    case ${COMP_WORDS[i]} in
      -c | --config) file=${COMP_WORDS[i+1]} ;;
      --config=*) file=${COMP_WORDS[i]#--config=} ;;
    esac
  done
  local drover=${COMP_WORDS[0]/#\~/$HOME}
  if [ -n "$file" ]; then
    "$drover" names "$kind" --config "${file/#\~/$HOME}" 2>/dev/null
  else
    "$drover" names "$kind" 2>/dev/null
  fi
  if [ "$kind" = moves ]; then compgen -f -- "${COMP_WORDS[COMP_CWORD]}"; fi
}

# Bash takes a colon for the end of a word, and scopes hold colons: words are put together again, and what stands before
# the last colon already is left out of the answers.
function _drover_complete() {
  if [ -z "${BASH_VERSION-}" ]; then
    _complete_drover
    return $?
  fi
  local line=$COMP_LINE word last=0 current=0 i
  local joined=()
  for (( i=0; i < ${#COMP_WORDS[@]}; i++ )); do
    word=${COMP_WORDS[i]}
    if (( i > 0 )) && [[ $line != [[:blank:]]* && ( $word == :* || ${joined[last]} == *: ) ]]; then
      joined[last]+=$word
    else
      last=${#joined[@]}
      joined+=("$word")
    fi
    if (( i == COMP_CWORD )); then current=$last; fi
    line=${line#"${line%%[![:blank:]]*}"}
    line=${line#"$word"}
  done
  local COMP_WORDS=("${joined[@]}") COMP_CWORD=$current
  word=${joined[current]}
  _complete_drover
  local status=$?
  if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local before=${word%"${word##*:}"}
    for (( i=0; i < ${#COMPREPLY[@]}; i++ )); do
      COMPREPLY[i]=${COMPREPLY[i]#"$before"}
    done
  fi
  return $status
}

complete -F _drover_complete -o default drover

if [ -n "${ZSH_VERSION-}" ]; then
  # What the functions above call is of bash only.
  unalias compopt 2>/dev/null
  eval 'function compopt() { :; }'
  # Loaded by the first completion, this has to complete.
  eval 'if [[ -n ${funcstack[(r)_drover]-} ]]; then _bash_complete -o default -F _drover_complete; fi'
fi
