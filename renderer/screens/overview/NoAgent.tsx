import { Play, SquareUser, Users } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Feedback.tsx";
import { useActions } from "../../frame/actions.tsx";

/** Stands where agents would be, with the two ways to have some. */
export function NoAgent() {
  const actions = useActions();
  return (
    <Empty
      icon={SquareUser}
      actions={
        <>
          <Button variant="primary" icon={Play} onClick={() => actions.launch()}>
            Launch
          </Button>
          <Button icon={Users} onClick={() => actions.launchFleet()}>
            Launch a demo fleet
          </Button>
        </>
      }
    >
      No agent has been launched yet.
    </Empty>
  );
}
