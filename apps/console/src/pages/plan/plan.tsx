import type { Plan } from '@enrollkit/contract/runner';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';
import { DropZone } from 'react-aria-components/DropZone';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { Text } from 'react-aria-components/Text';
import type { PlanOptions } from '../../api.ts';
import { bytes, moment } from '../../formats.ts';
import { Button, Card, Failure, Loading, Notice, PageHead, Pending } from '../../parts/basic.tsx';
import { Icon } from '../../parts/icons.tsx';
import { api, endSessionOn, plannableFilesQuery } from '../../queries.ts';
import { useMayDecide } from '../../session.ts';
import './plan.css';
import { PlanResult } from './result.tsx';

/** What is to be planned: a file of the reader's, or one that the server has. */
type Source = { readonly file: File } | { readonly fileName: string };

/** What a run would do with a file, without doing it. */
export function PlanPage(): ReactNode {
  const mayDecide = useMayDecide();
  return (
    <>
      <PageHead
        title="Plan a file"
        lead="What a run would do with a file, row by row. Nothing is sent and nothing is written to the ledger."
      />
      {mayDecide ? (
        <Planning />
      ) : (
        <Notice tone="unsent" icon="info" title="Planning needs the role operator">
          <p>A file of cardholders may only be given by those who may also decide about it.</p>
        </Notice>
      )}
    </>
  );
}

function Planning(): ReactNode {
  const [options, setOptions] = useState<PlanOptions>({ again: false, full: false });
  const [plan, setPlan] = useState<Plan>();
  const { mutate, error, isPending, variables } = useMutation({
    mutationFn: (source: Source) =>
      'file' in source
        ? api.planUpload(source.file, options)
        : api.planFile({ fileName: source.fileName, ...options }),
    onSuccess: setPlan,
    onError: endSessionOn,
    gcTime: 0,
  });
  const name = variables && ('file' in variables ? variables.file.name : variables.fileName);
  if (plan !== undefined)
    return (
      <PlanResult
        started={plan}
        onDiscard={() => {
          setPlan(undefined);
          void api.discardPlan(plan.id).catch(endSessionOn);
        }}
      />
    );
  return (
    <div className="stack">
      {error !== null && <Failure error={error} what="The plan" />}
      {isPending ? (
        <Card id="uploading" title={`Handing over ${name ?? 'the file'} …`}>
          <Loading what="the file" />
        </Card>
      ) : (
        <>
          <Options options={options} onChange={setOptions} />
          <div className="columns">
            <Upload onFile={(file) => mutate({ file })} />
            <FilesOfServer onChoose={(fileName) => mutate({ fileName })} />
          </div>
        </>
      )}
    </div>
  );
}

function Options(props: {
  readonly options: PlanOptions;
  readonly onChange: (options: PlanOptions) => void;
}): ReactNode {
  const { options, onChange } = props;
  return (
    <Card id="options" title="How to plan it">
      <div className="stack tight">
        <Checkbox
          className="tick"
          isSelected={options.full}
          onChange={(full) => onChange({ ...options, full })}
        >
          The file is the whole of all cardholders: cards that it lacks would be removed
        </Checkbox>
        <Checkbox
          className="tick"
          isSelected={options.again}
          onChange={(again) => onChange({ ...options, again })}
        >
          As if what is enrolled were enrolled anew
        </Checkbox>
      </div>
    </Card>
  );
}

function Upload({ onFile }: { readonly onFile: (file: File) => void }): ReactNode {
  const { data } = useQuery(plannableFilesQuery);
  const [problem, setProblem] = useState<string>();
  const take = (file: File): void => {
    const most = data?.maxUploadBytes ?? Number.POSITIVE_INFINITY;
    if (file.size > most)
      setProblem(`${file.name} has ${bytes(file.size)}; at most ${bytes(most)} are taken.`);
    else onFile(file);
  };
  return (
    <Card
      id="upload"
      title="A file of yours"
      aside={data !== undefined && `At most ${bytes(data.maxUploadBytes)}`}
    >
      <div className="stack tight">
        <DropZone
          className="drop"
          onDrop={async ({ items }) => {
            const dropped = items.find((item) => item.kind === 'file');
            if (dropped !== undefined) take(await dropped.getFile());
          }}
        >
          <Icon name="upload" />
          <Text slot="label">Drop a CSV or NDJSON file here</Text>
          <FileTrigger
            acceptedFileTypes={['.csv', '.ndjson', '.jsonl']}
            onSelect={(files) => {
              const chosen = files?.item(0);
              if (chosen) take(chosen);
            }}
          >
            <Button kind="primary">Choose a file</Button>
          </FileTrigger>
        </DropZone>
        {problem !== undefined && <Notice tone="refused" alert title={problem} />}
        <p className="soft">
          It is read on the server once and deleted there. It never becomes part of the ledger.
        </p>
      </div>
    </Card>
  );
}

function FilesOfServer({ onChoose }: { readonly onChoose: (fileName: string) => void }): ReactNode {
  const { data, error, refetch } = useQuery(plannableFilesQuery);
  if (data === undefined)
    return <Pending error={error} what="the files of the server" again={() => void refetch()} />;
  if (data.folder === undefined) return null;
  return (
    <Card id="files" title="A file of the server" aside={<span className="mono">{data.folder}</span>}>
      {data.items.length === 0 ? (
        <p className="soft">The folder holds no file that could be planned.</p>
      ) : (
        <div className="scroll" tabIndex={0} role="group" aria-labelledby="files">
          <table aria-labelledby="files">
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col" className="number">
                  Size
                </th>
                <th scope="col" className="number">
                  Changed
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map(({ fileName, bytes: size, modifiedAt }) => (
                <tr key={fileName}>
                  <th scope="row">
                    <Button kind="link" onPress={() => onChoose(fileName)}>
                      {fileName}
                    </Button>
                  </th>
                  <td className="number">{bytes(size)}</td>
                  <td className="number soft">{moment(modifiedAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
